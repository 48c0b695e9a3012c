package dev.chancery.examples.springboot;

import dev.chancery.caller.Caller;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.apache.catalina.Globals;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Binds who asks to the request's thread, from where Chancery puts it on record. Anybody can write a header, so the user's counts only where Tomcat
 * found the request to come from a trusted proxy ({@code server.tomcat.remoteip.internal-proxies}); the same goes for the address, which Tomcat has
 * replaced by then. An application with Spring Security takes the user from {@code request.getUserPrincipal()} instead.
 */
@Component
class CallerFilter extends OncePerRequestFilter {
    /** Set by the proxy that has authenticated the user, after removing what the client sent under this name. */
    private static final String USER = "X-Authenticated-User";

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain next)
            throws ServletException, IOException {
        List<String> users = Collections.list(request.getHeaders(USER));
        boolean trusted = Boolean.TRUE.equals(request.getAttribute(Globals.REQUEST_FORWARDED_ATTRIBUTE));
        if (!trusted || users.size() != 1 || users.get(0).isBlank()) {
            response.sendError(HttpServletResponse.SC_UNAUTHORIZED, "The request does not say who asks.");
            return;
        }
        Caller caller = Caller.of(users.get(0).strip()).ip(request.getRemoteAddr());
        String agent = request.getHeader("User-Agent");
        try (Caller.Scope scope = (agent == null ? caller : caller.userAgent(agent)).enter()) {
            next.doFilter(request, response);
        }
    }
}
