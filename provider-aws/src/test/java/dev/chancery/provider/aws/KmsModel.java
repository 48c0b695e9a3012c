package dev.chancery.provider.aws;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.RequiredTrait;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/** The service's model, as the SDK's jar carries it: which members a request has, of which types, and which it must have. */
final class KmsModel {
    private static final String MODEL = "software.amazon.awssdk.services.kms.model.";

    private KmsModel() {}

    /** Whether the service has an operation of that name. */
    static boolean has(String operation) {
        return shape(operation).isPresent();
    }

    private static Optional<SdkPojo> shape(String operation) {
        if (!operation.matches("[A-Z][A-Za-z]{1,60}")) {
            return Optional.empty();
        }
        try {
            return Optional.of((SdkPojo) Class.forName(MODEL + operation + "Request")
                    .getMethod("builder")
                    .invoke(null));
        } catch (ClassNotFoundException unknown) {
            return Optional.empty();
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(operation, e);
        }
    }

    /** What is wrong with a request; empty if nothing is. */
    static Optional<String> problem(String operation, JsonNode body) {
        return problem(operation, shape(operation).orElseThrow(), body);
    }

    private static Optional<String> problem(String where, SdkPojo shape, JsonNode body) {
        if (!body.isObject()) {
            return Optional.of(where + " is no object");
        }
        Map<String, JsonNode> members = body.asObject();
        Set<String> unknown = new TreeSet<>(members.keySet());
        for (SdkField<?> field : shape.sdkFields()) {
            unknown.remove(field.locationName());
            JsonNode member = members.get(field.locationName());
            if (member == null) {
                if (field.containsTrait(RequiredTrait.class)) {
                    return Optional.of(where + " lacks " + field.locationName());
                }
                continue;
            }
            Optional<String> problem = problem(where + "." + field.locationName(), field, member);
            if (problem.isPresent()) {
                return problem;
            }
        }
        return unknown.isEmpty() ? Optional.empty() : Optional.of(where + " has unknown members: " + unknown);
    }

    private static Optional<String> problem(String where, SdkField<?> field, JsonNode value) {
        MarshallingType<?> type = field.marshallingType();
        if (type == MarshallingType.STRING || type == MarshallingType.SDK_BYTES) {
            return unless(value.isString(), where + " is no string");
        }
        if (type == MarshallingType.INTEGER) {
            return unless(value.isNumber() && value.asNumber().matches("-?[0-9]+"), where + " is no whole number");
        }
        if (type == MarshallingType.BOOLEAN) {
            return unless(value.isBoolean(), where + " is no boolean");
        }
        if (type == MarshallingType.LIST) {
            if (!value.isArray()) {
                return Optional.of(where + " is no list");
            }
            SdkField<?> element = field.getTrait(ListTrait.class).memberFieldInfo();
            List<JsonNode> elements = value.asArray();
            for (int i = 0; i < elements.size(); i++) {
                Optional<String> problem = problem(where + "[" + i + "]", element, elements.get(i));
                if (problem.isPresent()) {
                    return problem;
                }
            }
            return Optional.empty();
        }
        if (type == MarshallingType.SDK_POJO) {
            return problem(where, field.constructor().get(), value);
        }
        throw new AssertionError("No operation of the fake has a member of type " + type);
    }

    private static Optional<String> unless(boolean holds, String problem) {
        return holds ? Optional.empty() : Optional.of(problem);
    }
}
