package com.acme.shop;

import java.util.List;
import java.util.Optional;

interface Repository<T> {
    List<T> all();

    Optional<T> find(String name);

    default T one(String name) {
        return find(name).get();
    }
}
