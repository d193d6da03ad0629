using System.Threading.Tasks;
using Store.Core;
using Microsoft.Extensions.Logging;
using static Store.Core.Helpers;
using Money = Store.Core.Models.Price;

namespace Store.Web;

public class Shop : Base
{
    private readonly IRepository<Item> _items;
    private readonly ILogger<Shop> _logger;
    private Money _limit = new(5);

    public Shop(IRepository<Item> items, ILogger<Shop> logger) : base("shop")
    {
        _items = items;
        _logger = logger;
        Changed += OnChanged;
    }

    public Shop() : this(null, null) { }

    public event Changed Changed;

    public Item Best { get; set; }

    public int Count => _items.All().Count();

    protected override void Start()
    {
        base.Stop();
        this.Stop();
        Log.Write("x");
        _logger.LogInformation("x");
        _limit.Cents();
    }

    public async Task<Item> SellAsync(string name)
    {
        var found = await _items.FindAsync(name);
        found.CompareTo(Best);
        Best.Title();
        _items.All().Total();
        foreach (var item in _items.All())
        {
            item.Price.Cents();
        }
        _items[0].CompareTo(found);
        _items.All().Where(item => item.Price.Cents() > 1).First().Title();
        Help(1);
        Store.Core.Helpers.Help(2);
        var price = new Price(1);
        price.Cents();
        object any = found;
        if (any is Item matched)
        {
            matched.Title();
        }
        var text = any switch
        {
            Item other => other.Title(),
            _ => name.Trim(),
        };
        try
        {
            (any as Shop)?.Stop();
        }
        catch (InvalidOperationException error)
        {
            error.ToString();
        }
        int Twice(int value) => Help(value) * 2;
        Twice(3);
        using (var shop = new Shop())
        {
            shop.Or(shop).Start();
        }
        new Generic<Item>().Get().Title();
        new Generic().Plain();
        TryGet(out Item taken);
        taken.Title();
        Missing.Call();
        ToString();
        return new Item(name, price);
    }

    private bool TryGet(out Item item)
    {
        item = Best;
        return nameof(item) == "item";
    }

    private void OnChanged(Item item) { }

    private class Generic { public void Plain() { } }

    private class Generic<T> { public T Get() => default; }
}
