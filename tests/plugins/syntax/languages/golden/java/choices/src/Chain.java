package choices;

interface Named {
    String name();
}

abstract class Top implements Named {
    public String name() {
        return "";
    }
}

class Mid extends Top {}

class Low extends Mid implements Named {
    String shown() {
        return name() + this.name();
    }
}

interface Element<T> {
    T times(int number);

    T times(double number);

    T times(T other);
}

class Vector<T extends Element<T>> {
    T first;

    T product() {
        return first.times(2).times(0.5).times(first);
    }
}

class Inferred {
    <V> V same(V value) {
        return value;
    }

    void kept(Object any) {}

    void kept(String text) {}

    <V> void generic(V value) {
        kept(value);
    }

    void shown(String text) {
        kept(same(text));
    }
}

class Endless<T extends U, U extends T> {
    T first;

    void take(T value) {
        first.missing();
        take(first);
    }

    void take(String text) {}
}

class Passed<T extends U, U extends Top> {
    String shown(T value) {
        return value.name();
    }
}
