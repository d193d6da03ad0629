package com.acme.util;

public final class Texts {
    private Texts() {}

    public static String quote(String text) {
        return "'" + text + "'";
    }

    public static class Builder {
        public Builder add(String part) {
            return this;
        }

        public String build() {
            return quote("");
        }
    }
}
