package choices;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.function.Supplier;

class Sink {
    void put(boolean value) {}

    void put(char value) {}

    void put(int value) {}

    void put(long value) {}

    void put(float value) {}

    void put(double value) {}

    void put(int[] value) {}

    void put(Object[] value) {}

    void put(String value) {}

    void put(CharSequence value) {}

    void put(Object value) {}

    void take(int first) {}

    void take(int first, int second) {}

    void take(int... all) {}

    void take(Object any, int second) {}

    void write(PrintStream stream) {}

    void write(PrintWriter writer) {}

    void run(Supplier<Sink> supplier, int times) {}

    void run(String name, int times) {}
}
