using System.Collections.Generic;
using System.Linq;
using Store.Core.Models;

namespace Store.Core
{
    public interface IRepository<T> where T : class
    {
        List<T> All();
        Task<T> FindAsync(string name);
        T this[int index] { get; }
    }

    public abstract class Base : IDisposable
    {
        protected Base(string name) { Log.Write(name); }
        protected abstract void Start();
        public virtual void Stop() { Start(); }
        public void Dispose() => Stop();

        protected static class Log
        {
            public static void Write(string text) => Console.WriteLine(text);
        }
    }

    public static class Extensions
    {
        public static string Title(this Item item) => item.Name.ToUpper();
        public static int Total(this IEnumerable<Item> items) => items.Sum(item => item.Price.Cents());
        public static T Or<T>(this T value, T other) where T : Base => value;
    }
}
