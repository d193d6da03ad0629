package choices.parts;

public class Outer {
    public static class Inner {
        public void inside() {}
    }
}
