package dev.podium.lambda.invoke;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// When a change of the code changes what is installed.
@NullMarked
final class DependencyFilesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                ".",
                "./lib",
                "/var/task/lib",
                "libs/mine",
                "mine-1.0-py3-none-any.whl",
                "mine @ file:///var/task/mine",
                "-r others.txt",
                "-rothers.txt",
                "-c constraints.txt",
                "-e .",
                "-f wheels",
                "--find-links wheels",
                "--requirement=others.txt",
                "{\"dependencies\": {\"mine\": \"file:mine\"}}",
                "{\"dependencies\": {\"mine\": \"link:mine\"}}",
                "{\"dependencies\": {\"mine\": \"../mine\"}}",
                "{\"workspaces\": [\"mine\"]}",
                "gem 'mine', path: 'mine'",
                "gem 'mine', :path => 'mine'",
                "gem('mine',path:'mine')",
                "path 'mine' do",
                "  path('mine') { gem 'mine' }",
                "gemspec",
                "eval_gemfile 'more'",
                "  remote: ./mine"
            })
    void othersAreNamed(String line) {
        assertThat(DependencyFiles.namesOthers("# first\n" + line + "\n# last\n"))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "requests",
                "requests[socks]>=2.0,<3; python_version > '3.8'",
                "mine @ https://pypi.example/mine-1.0-py3-none-any.whl",
                "--index-url https://pypi.example/simple/",
                "--extra-index-url=https://pypi.example/simple/",
                "zope.interface==5.4.0",
                "{\"dependencies\": {\"@acme/greeting\": \"^1.0.0\", \"tar\": \"7\", \"path\": \"*\"}}",
                "{\"name\": \"mine\", \"resolved\": \"https://npm.example/-/mine-1.0.0.tgz\"}",
                "source 'https://gems.example'",
                "gem 'rails', '~> 7.0', require: false",
                "gem 'mine', git: 'https://git.example/mine.git'",
                "    rack (3.0.0)"
            })
    void nothingElseIsNamed(String line) {
        assertThat(DependencyFiles.namesOthers("# first\n" + line + "\n# last\n"))
                .isFalse();
    }
}
