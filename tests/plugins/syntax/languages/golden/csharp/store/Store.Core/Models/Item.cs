namespace Store.Core.Models;

/// <summary>Something for <see cref="Shop"/>.</summary>
public record Item(string Name, Price Price) : IComparable<Item>
{
    public int CompareTo(Item? other) => Price.Cents() - other!.Price.Cents();
}

public struct Price
{
    public Price(int cents) { _cents = cents; }

    private readonly int _cents;

    public int Cents() => _cents;

    public static Price operator +(Price left, Price right) => new Price(left.Cents() + right.Cents());
}

public enum Color { Red, Green }

public delegate void Changed(Item item);
