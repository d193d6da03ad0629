package com.acme.shop;

import static com.acme.util.Texts.quote;

import com.acme.model.*;
import com.acme.util.Texts;
import java.util.*;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

public class Shop extends Base {
    private static final Logger LOGGER = LoggerFactory.getLogger(Shop.class);
    private final Repository<Item> items;
    private Map<String, List<Item>> groups = new HashMap<>();

    public Shop(Repository<Item> items) {
        super("shop");
        this.items = items;
    }

    public Shop() {
        this(null);
    }

    @Override
    void start() {
        LOGGER.info(quote("start"));
        log.info("x");
        super.stop();
        this.sell("a");
        stop();
    }

    private Price sell(String name) {
        Item found = items.one(name);
        for (Item item : items.all()) {
            item.price().amount();
        }
        for (var item : groups.get(name)) {
            item.compareTo(found);
        }
        items.all().stream().filter(item -> item.price().amount() > 1).toList();
        items.find(name).get().compareTo(found);
        String text = new Texts.Builder().add("a").add("b").build();
        Price.Currency.EUR.sign();
        Object any = found;
        if (any instanceof Price price) {
            price.amount();
        }
        switch (any) {
            case Item item -> item.compareTo(found);
            default -> found.hashCode();
        }
        Runnable later = new Runnable() {
            @Override
            public void run() {
                sell("later");
            }
        };
        try (Shop other = new Shop()) {
            other.start();
        } catch (IllegalStateException | IllegalArgumentException error) {
            error.getMessage();
        }
        java.util.Collections.sort(new ArrayList<>(items.all()));
        com.acme.util.Texts.quote("full");
        missing();
        unknown.call();
        class Local {
            void help() {
                stop();
            }
        }
        new Local().help();
        return new Price(1);
    }
}
