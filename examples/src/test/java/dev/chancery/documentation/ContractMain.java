package dev.chancery.documentation;

import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** {@code ContractMain TEST}: runs a test as the programs of builds do, and prints how many of its rules passed, and in which module. */
final class ContractMain {
    private ContractMain() {}

    public static void main(String[] args) throws ClassNotFoundException {
        Class<?> test = Class.forName(args[0]);
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(DiscoverySelectors.selectClass(test))
                                .filters(TagFilter.excludeTags("virtual-threads"))
                                .build(),
                        listener);
        TestExecutionSummary summary = listener.getSummary();
        summary.printFailuresTo(new PrintWriter(new OutputStreamWriter(System.err, StandardCharsets.UTF_8), true));
        System.out.println(
                test.getModule() + ": " + summary.getTestsSucceededCount() + " of " + summary.getTestsFoundCount());
    }
}
