package com.acme.model;

/**
 * Something for sale.
 */
public record Item(String name, Price price) implements Comparable<Item> {
    public Item {
        check(name);
    }

    static void check(String name) {
        name.trim();
    }

    @Override
    public int compareTo(Item other) {
        return price.amount() - other.price().amount();
    }
}
