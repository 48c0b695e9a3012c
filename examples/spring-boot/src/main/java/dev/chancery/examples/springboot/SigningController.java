package dev.chancery.examples.springboot;

import dev.chancery.Keyring;
import dev.chancery.Signer;
import dev.chancery.Verifier;
import dev.chancery.error.ChanceryException;
import dev.chancery.signature.Signature;
import java.util.Base64;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Signs and verifies documents. */
@RestController
class SigningController {
    private final Signer signer;
    private final Verifier verifier;

    /** Both follow the ring through its rotations: one of each serves all requests. */
    SigningController(Keyring ring) {
        signer = ring.signer();
        verifier = ring.verifier();
    }

    @PostMapping("/sign")
    Map<String, String> sign(@RequestBody byte[] document) {
        Signature signature = signer.sign(document);
        return Map.of(
                "key", signature.keyId().value(),
                "algorithm", signature.algorithm().name(),
                "signature", Base64.getUrlEncoder().encodeToString(signature.value()));
    }

    @PostMapping("/verify")
    Map<String, Object> verify(@RequestBody byte[] document, @RequestParam String signature) {
        var answer = verifier.verify(document, Base64.getUrlDecoder().decode(signature));
        return Map.of("valid", answer.isValid(), "reason", answer.reason());
    }

    /** What went wrong is in the log; it names files and keys that are none of the client's business. */
    @ExceptionHandler
    ProblemDetail answer(ChanceryException failure) {
        return ProblemDetail.forStatusAndDetail(
                failure.isRetryable() ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.INTERNAL_SERVER_ERROR,
                "Nothing was signed.");
    }
}
