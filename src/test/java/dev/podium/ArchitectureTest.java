package dev.podium;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures;
import org.jspecify.annotations.NullMarked;

/// Holds the package table of ARCHITECTURE.md: an arrow may only point to a package further down.
@NullMarked
@AnalyzeClasses(packages = "dev.podium", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {
    @ArchTest
    static final ArchRule packagesFollowTheTable = Architectures.layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("dev.podium..")
            .withOptionalLayers(true)
            .layer("root")
            .definedBy("dev.podium")
            .layer("lambda.api")
            .definedBy("dev.podium.lambda.api")
            .layer("lambda.urls")
            .definedBy("dev.podium.lambda.urls")
            .layer("lambda.sources.kafka")
            .definedBy("dev.podium.lambda.sources.kafka")
            .layer("lambda.sources")
            .definedBy("dev.podium.lambda.sources")
            .layer("lambda.invoke")
            .definedBy("dev.podium.lambda.invoke")
            .layer("lambda.runtime")
            .definedBy("dev.podium.lambda.runtime")
            .layer("lambda")
            .definedBy("dev.podium.lambda")
            .layer("ecs")
            .definedBy("dev.podium.ecs")
            .layer("ec2")
            .definedBy("dev.podium.ec2")
            .layer("iam")
            .definedBy("dev.podium.iam")
            .layer("sqs")
            .definedBy("dev.podium.sqs")
            .layer("events")
            .definedBy("dev.podium.events")
            .layer("schedules")
            .definedBy("dev.podium.schedules")
            .layer("s3")
            .definedBy("dev.podium.s3")
            .layer("elb")
            .definedBy("dev.podium.elb")
            .layer("elb.proxy")
            .definedBy("dev.podium.elb.proxy")
            .layer("logs")
            .definedBy("dev.podium.logs")
            .layer("patterns")
            .definedBy("dev.podium.patterns")
            .layer("pods")
            .definedBy("dev.podium.pods")
            .layer("aws")
            .definedBy("dev.podium.aws")
            .layer("store")
            .definedBy("dev.podium.store")
            .layer("kube")
            .definedBy("dev.podium.kube")
            .layer("kube.embedded")
            .definedBy("dev.podium.kube.embedded")
            .layer("kube.embedded.process")
            .definedBy("dev.podium.kube.embedded.process")
            .layer("http")
            .definedBy("dev.podium.http")
            .layer("http.wire")
            .definedBy("dev.podium.http.wire")
            .layer("codec")
            .definedBy("dev.podium.codec")
            .layer("config")
            .definedBy("dev.podium.config")
            .layer("ops")
            .definedBy("dev.podium.ops")
            .whereLayer("ecs")
            .mayOnlyAccessLayers("pods", "aws", "store", "http.wire", "codec")
            .whereLayer("lambda.api")
            .mayOnlyAccessLayers(
                    "lambda.urls",
                    "lambda.sources",
                    "lambda.invoke",
                    "lambda.runtime",
                    "lambda",
                    "aws",
                    "http",
                    "store",
                    "codec")
            .whereLayer("lambda.sources.kafka")
            .mayOnlyAccessLayers("lambda.sources", "lambda", "aws", "codec")
            .whereLayer("lambda.sources")
            .mayOnlyAccessLayers("lambda.invoke", "lambda", "patterns", "aws", "store", "codec")
            .whereLayer("lambda.urls")
            .mayOnlyAccessLayers("lambda.invoke", "lambda.runtime", "lambda", "aws", "http", "store", "codec")
            .whereLayer("lambda.invoke")
            .mayOnlyAccessLayers("lambda.runtime", "lambda", "pods", "store", "aws", "codec")
            .whereLayer("lambda.runtime")
            .mayOnlyAccessLayers("lambda", "http.wire", "codec")
            .whereLayer("lambda")
            .mayOnlyAccessLayers("aws", "store")
            .whereLayer("ec2")
            .mayOnlyAccessLayers("pods", "aws", "store", "http.wire", "codec")
            .whereLayer("iam")
            .mayOnlyAccessLayers("aws", "store", "codec")
            .whereLayer("sqs")
            .mayOnlyAccessLayers("aws", "http", "store", "codec")
            .whereLayer("events")
            .mayOnlyAccessLayers("schedules", "patterns", "aws", "store", "codec")
            .whereLayer("schedules")
            .mayOnlyAccessLayers("aws", "http", "store", "codec")
            .whereLayer("s3")
            .mayOnlyAccessLayers("aws", "http", "store", "codec")
            .whereLayer("elb")
            .mayOnlyAccessLayers("elb.proxy", "aws", "store")
            .whereLayer("elb.proxy")
            .mayOnlyAccessLayers("http", "http.wire", "codec")
            .whereLayer("logs")
            .mayOnlyAccessLayers("aws", "store", "http", "codec")
            .whereLayer("patterns")
            .mayOnlyAccessLayers("codec")
            .whereLayer("pods")
            .mayOnlyAccessLayers("kube", "codec")
            .whereLayer("aws")
            .mayOnlyAccessLayers("http", "codec")
            .whereLayer("store")
            .mayOnlyAccessLayers("codec")
            .whereLayer("kube")
            .mayOnlyAccessLayers("codec")
            .whereLayer("kube.embedded")
            .mayOnlyAccessLayers("kube.embedded.process", "kube", "http", "codec")
            .whereLayer("kube.embedded.process")
            .mayNotAccessAnyLayer()
            .whereLayer("http")
            .mayOnlyAccessLayers("codec")
            .whereLayer("http.wire")
            .mayNotAccessAnyLayer()
            .whereLayer("codec")
            .mayNotAccessAnyLayer()
            .whereLayer("config")
            .mayNotAccessAnyLayer()
            .whereLayer("ops")
            .mayOnlyAccessLayers("http", "codec");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.podium.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyTheListenerKnowsTheJdkServer = noClasses()
            .that()
            .resideOutsideOfPackage("dev.podium.http")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.sun.net.httpserver..");

    @ArchTest
    static final ArchRule namesAreTheFieldsOwn = noClasses()
            .should()
            .haveSimpleNameEndingWith("Manager")
            .orShould()
            .haveSimpleNameEndingWith("Helper")
            .orShould()
            .haveSimpleNameEndingWith("Util")
            .orShould()
            .haveSimpleNameEndingWith("Utils")
            .orShould()
            .haveSimpleNameEndingWith("Impl")
            .orShould()
            .haveSimpleNameEndingWith("Dto");

    @ArchTest
    static final ArchRule onlyMainReadsTheEnvironment = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("dev.podium.Main")
            .should()
            .callMethod(System.class, "getenv")
            .orShould()
            .callMethod(System.class, "getenv", String.class);

    @ArchTest
    static final ArchRule implementationsAreFinal = classes()
            .that()
            .areTopLevelClasses()
            .and()
            .areNotInterfaces()
            .and()
            .areNotEnums()
            .and()
            .areNotRecords()
            .and()
            .doNotHaveModifier(com.tngtech.archunit.core.domain.JavaModifier.ABSTRACT)
            .and()
            .doNotHaveSimpleName("package-info")
            .should()
            .haveModifier(com.tngtech.archunit.core.domain.JavaModifier.FINAL);
}
