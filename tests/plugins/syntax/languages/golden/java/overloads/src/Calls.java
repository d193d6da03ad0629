package calls;

class Parent<T> {
    T value;

    void on(int number) {}

    void on(String text) {}

    void on(int number, String text) {}

    void many(String... texts) {}

    T get() {
        return value;
    }
}

class Calls extends Parent<Calls.Thing> {
    static class Thing {
        void use() {}
    }

    void on(Thing thing) {}

    void run(String name, Thing thing, Object any) {
        on(1);
        on(name);
        on("a" + name);
        on(1, "b");
        on(thing);
        many();
        many("a", "b");
        get().use();
        value.use();
        Thing[] things = {thing};
        things[0].use();
        for (Thing each : things) {
            each.use();
        }
        ((Thing) any).use();
        chain().chain().run(null, null, null);
        boxed(new Box<>(thing));
    }

    Calls chain() {
        return this;
    }

    void boxed(Box<Thing> box) {
        box.open().use();
        box.self().open().use();
        Box.of(thing()).open();
    }

    Thing thing() {
        return new Thing();
    }
}

class Box<T> {
    private T content;

    Box(T content) {
        this.content = content;
    }

    T open() {
        return content;
    }

    Box<T> self() {
        return this;
    }

    static <V> Box<V> of(V value) {
        return new Box<>(value);
    }
}
