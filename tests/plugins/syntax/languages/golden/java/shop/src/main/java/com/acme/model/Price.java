package com.acme.model;

public class Price {
    private final int amount;

    public Price(int amount) {
        this.amount = amount;
    }

    public int amount() {
        return amount;
    }

    public enum Currency {
        EUR,
        USD {
            @Override
            String sign() {
                return label();
            }
        };

        String sign() {
            return name();
        }

        String label() {
            return "x";
        }
    }
}
