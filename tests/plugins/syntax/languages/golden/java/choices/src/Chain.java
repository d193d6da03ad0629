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
