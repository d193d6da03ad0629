package choices;

import choices.parts.Outer.*;
import java.io.*;
import java.util.Map;
import java.util.function.Supplier;
import org.other.Thing;

class Base {
    private void hidden(int number) {}

    void shown(Object any) {}
}

class Choices extends Base {
    private final Sink sink;

    Choices(Sink sink) {
        this.sink = sink;
    }

    Choices(String name) {
        this(new Sink());
    }

    Choices() {
        this("a");
    }

    void hidden(Object any) {}

    void primitives(short small, long large, char sign, Integer boxed, int... numbers) {
        sink.put(small);
        sink.put(large);
        sink.put(sign);
        sink.put(boxed);
        sink.put(numbers);
        sink.put(numbers[0]);
        sink.put(numbers.length + 1L);
        sink.put(numbers.clone());
        sink.put(-1.5f);
        sink.put(1 < 2);
        sink.put(large << 2);
    }

    void references(StringBuilder builder, Object any, Map<String, Sink> sinks, Sink[] many) {
        sink.put("a" + any);
        sink.put(builder);
        sink.put(any.toString());
        sink.put(any == null ? null : any.toString());
        sink.put(builder.toString().trim().length());
        sink.put(many);
        sink.put(any);
        for (Map.Entry<String, Sink> entry : sinks.entrySet()) {
            entry.getValue().put(entry.getKey());
        }
        for (Sink each : sinks.values()) {
            each.take(1, 2);
            each.take(1);
            each.take(numbers());
            each.take(null, 1);
        }
        hidden(1);
        shown(1);
    }

    int[] numbers() {
        return null;
    }

    void unknown(Thing thing) {
        sink.put(thing.make());
        sink.take(thing.make());
        sink.write(new PrintWriter(thing));
    }

    void references(Supplier<Sink> supplier) {
        references(Sink::new);
        references(this::made);
        sink.run(this::made, 1);
        new Inner().inside();
    }

    Sink made() {
        return new Sink();
    }
}

enum Level {
    LOW(1),
    HIGH(2) {
        @Override
        int rank() {
            return level();
        }
    };

    private final int level;

    Level(int level) {
        this.level = level;
    }

    int level() {
        return level;
    }

    int rank() {
        return 0;
    }
}

record Range(int low, int high) {
    Range {
        check(low);
    }

    Range(int only) {
        this(only, only);
    }

    static void check(int number) {}
}
