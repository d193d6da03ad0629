package com.acme.shop;

abstract class Base implements AutoCloseable {
    protected final Log log = new Log();

    Base(String name) {
        log.info(name);
    }

    abstract void start();

    void stop() {
        start();
    }

    @Override
    public void close() {
        stop();
    }

    static class Log {
        void info(String text) {
            System.out.println(text);
        }
    }
}
