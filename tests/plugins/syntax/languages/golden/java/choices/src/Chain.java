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
