"""A small project in which Python, TypeScript, Java, Go, C# and Markdown refer to each other as in real ones."""

from __future__ import annotations

__all__ = ["POLYGLOT"]

_PYTHON = {
    "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n',
    "shop/__init__.py": """'A shop, see :class:`shop.orders.Order`.'

from .orders import Order

__all__ = ["Order"]
""",
    "shop/orders.py": '''"""Orders of the shop."""

import json

from .prices import Price, total


class Order:
    """What somebody wants to buy.

    Its price comes from :func:`shop.prices.total`.
    """

    def __init__(self, items):
        self.items = items
        self.log = []

    def price(self):
        """The price of all items."""
        return total(self.items)

    def save(self):
        self.log.append(self.price())
        return json.dumps(self.items)


class Gift(Order):
    """An order that costs nothing, unlike what :func:`place` makes; see `Order.price` and `prices.total`."""

    def price(self):
        return Price(0)


def place(items):
    """Make an order and save it."""
    order = Order(items)
    order.save()
    return order
''',
    "shop/prices.py": '''"""Prices."""


class Price:
    """An amount of money."""

    def __init__(self, amount):
        self.amount = amount

    def add(self, other):
        return Price(self.amount + other.amount)


def total(items):
    """The sum over all items."""
    result = Price(0)
    for item in items:
        result = result.add(item)
    return rounded(result)


def rounded(price):
    return Price(round(price.amount))
''',
    "shop/store/__init__.py": "",
    "shop/store/shelf.py": """from shop import Order
from shop.orders import place as buy


def restock(handlers=(buy,)):
    for handler in handlers:
        handler([])
    return Order([]).price()
""",
    "shop/store/index.py": "from . import shelf\n\n\ndef index():\n    return [shelf.restock(), shelf.restock]\n",
    "tests/test_orders.py": """import shop
from shop.orders import Gift


def test_gift():
    assert Gift([]).price().amount == 0
    shop.Order([]).save()
""",
}

_TYPESCRIPT = {
    "web/package.json": '{"name": "web", "version": "1.0.0", "main": "src/index.ts"}\n',
    "web/src/index.ts": """import { Cart } from "./cart";
import * as format from "./format";

export function main(): string {
  const cart = new Cart();
  cart.add("apple");
  return format.money(cart.total());
}
""",
    "web/src/cart.ts": """import { round } from "./format";

/** What a visitor has chosen. */
export class Cart {
  private items: string[] = [];

  add(item: string): void {
    this.items.push(item);
  }

  total(): number {
    return round(this.items.length);
  }
}

export class BigCart extends Cart {
  total(): number {
    return super.total() * 10;
  }
}
""",
    "web/src/format.ts": """export function round(value: number): number {
  return Math.round(value);
}

export const money = (value: number): string => `${round(value)} EUR`;
""",
}

_JAVA = {
    "java/src/main/java/com/acme/shop/Shop.java": """package com.acme.shop;

import com.acme.model.Item;
import java.util.List;

/** Sells items. */
public class Shop extends Base {
    private final List<Item> items;

    public Shop(List<Item> items) {
        this.items = items;
    }

    public int sell(Item item) {
        check(item);
        return item.price();
    }

    private void check(Item item) {
        log("sold");
    }
}
""",
    "java/src/main/java/com/acme/shop/Base.java": """package com.acme.shop;

public abstract class Base {
    protected void log(String text) {
        System.out.println(text);
    }
}
""",
    "java/src/main/java/com/acme/model/Item.java": """package com.acme.model;

public class Item {
    private int price;

    public int price() {
        return price;
    }
}
""",
}

_GO = {
    "go.mod": "module example.com/shop\n\ngo 1.22\n",
    "cmd/shop/main.go": """package main

import (
	"fmt"

	"example.com/shop/stock"
)

func main() {
	s := stock.New()
	s.Add("apple")
	fmt.Println(s.Count(), describe(s))
}
""",
    "cmd/shop/describe.go": """package main

import "example.com/shop/stock"

func describe(s *stock.Stock) string {
	return s.String()
}
""",
    "stock/stock.go": """// Package stock counts things.
package stock

// Stock is what is there.
type Stock struct {
	items []string
}

// New makes an empty stock.
func New() *Stock {
	return &Stock{}
}

// Add puts something in.
func (s *Stock) Add(item string) {
	s.items = append(s.items, clean(item))
}

func (s *Stock) Count() int {
	return len(s.items)
}
""",
    "stock/text.go": """package stock

func clean(text string) string {
	return text
}

func (s *Stock) String() string {
	return clean("stock")
}
""",
}

_CSHARP = {
    "net/Shop.Core/Shop.Core.csproj": '<Project Sdk="Microsoft.NET.Sdk">\n</Project>\n',
    "net/Shop.Core/Item.cs": """namespace Shop.Core;

/// <summary>Something to buy.</summary>
public class Item
{
    public int Price { get; set; }

    public int Total(int count)
    {
        return Helpers.Times(Price, count);
    }
}
""",
    "net/Shop.Core/Helpers.cs": """namespace Shop.Core;

public static class Helpers
{
    public static int Times(int one, int other)
    {
        return one * other;
    }
}
""",
    "net/Shop.Web/Page.cs": """using Shop.Core;

namespace Shop.Web;

public class Page
{
    public int Show(Item item)
    {
        return item.Total(2) + Helpers.Times(1, 2);
    }
}
""",
}

_DOCUMENTS = {
    "README.md": """# Shop

Sells things. Start with `shop.orders.place`, then read [the guide](docs/guide.md) and
[prices](docs/prices.md#rounding).

- `shop/orders.py` has the orders
- `Cart` is for the web, `Helpers.Times` for .NET
""",
    "docs/guide.md": """# Guide

Make an `Order` and call `Order.save`, see `web/src/cart.ts`.

## Gifts

`Gift` overrides `Order.price`. Back to the [front page](../README.md). Nothing is called `Unicorn`.
""",
    "docs/prices.md": """# Prices

`shop.prices.total` adds up.

## Rounding

`rounded` does it; `stock.clean` has nothing to do with it. [Broken](missing.md).
""",
    "docs/index.rst": """Reference
=========

.. _reference:

See :class:`shop.orders.Order`, :func:`shop.prices.total` and :ref:`reference`.

.. automodule:: shop.store.shelf
""",
}

POLYGLOT: dict[str, str] = {**_PYTHON, **_TYPESCRIPT, **_JAVA, **_GO, **_CSHARP, **_DOCUMENTS}
"""Contents by path."""
