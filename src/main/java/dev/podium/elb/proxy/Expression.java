package dev.podium.elb.proxy;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// A regular expression of a rule. What clients send decides how long it takes, so that it gives up after a while.
public final class Expression {
    private static final int MOST_STEPS = 200_000;

    private final Pattern pattern;

    private Expression(Pattern pattern) {
        this.pattern = pattern;
    }

    /// Whether a text is a regular expression.
    public static boolean valid(String text) {
        try {
            Pattern.compile(text);
            return true;
        } catch (PatternSyntaxException e) {
            return false;
        }
    }

    static Expression of(String text, boolean caseMatters) {
        return new Expression(Pattern.compile(text, caseMatters ? 0 : Pattern.CASE_INSENSITIVE));
    }

    /// Whether it fits a part of the text, without too many steps.
    boolean occursIn(String text) {
        Matcher matcher = pattern.matcher(new Counted(text, new int[] {MOST_STEPS}));
        try {
            return matcher.find();
        } catch (TooManySteps | StackOverflowError e) {
            return false;
        }
    }

    private static final class TooManySteps extends RuntimeException {
        TooManySteps() {
            super(null, null, false, false);
        }
    }

    /// Counts how often it is looked at.
    private record Counted(String text, int[] left) implements CharSequence {
        @Override
        public char charAt(int index) {
            if (--left[0] < 0) {
                throw new TooManySteps();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
