package dev.chancery.testkit.lies;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** A run of one of the contract's rules, inside a test. */
record ContractRun(TestExecutionSummary summary) {

    static ContractRun ofRule(Class<?> contract, String rule, Map<String, String> parameters) {
        LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectMethod(contract, method(contract, rule)))
                .configurationParameters(parameters);
        if (Runtime.version().feature() < 21) {
            request.filters(TagFilter.excludeTags("virtual-threads"));
        }
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request.build(), listener);
        return new ContractRun(listener.getSummary());
    }

    private static Method method(Class<?> contract, String rule) {
        return Arrays.stream(contract.getMethods())
                .filter(method -> method.getName().equals(rule))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("The contract has no rule " + rule + "."));
    }

    /** The rules that failed. */
    List<String> failedRules() {
        return summary.getFailures().stream()
                .map(failure -> failure.getTestIdentifier().getSource().orElseThrow())
                .map(source -> ((MethodSource) source).getMethodName())
                .distinct()
                .toList();
    }

    /** The failures with their reasons, for messages. */
    String failures() {
        StringWriter text = new StringWriter();
        summary.printFailuresTo(new PrintWriter(text, true), 10);
        return text.toString();
    }
}
