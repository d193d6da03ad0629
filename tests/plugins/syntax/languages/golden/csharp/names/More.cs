namespace Names
{
    public partial class Whole
    {
        private void Second(Whole other) { First(other); new Inner().Run(this); }
        private static void Shared() { }

        private partial class Inner
        {
            public void Again() { Run(null); }
        }
    }

    public interface ISource<T>
    {
        T Next();
        void Push(T item);
    }

    public class Words : ISource<string>
    {
        string ISource<string>.Next() => "";
        public void Push(string item) { }
        public void Push(object item) { }
    }

    public class Base<T>
    {
        public virtual void Take(T item) { }
        public void Take(int item, T other) { }
        public T Give() => default;
    }

    public class Derived : Base<Words>
    {
        public override void Take(Words item) { base.Take(item); }
        public void Take(object item) { }

        public void Use(ISource<string> source, Words words)
        {
            source.Next();
            source.Push("x");
            words.Push("x");
            words.Push(1);
            Give().Push("x");
            Take(1, words);
        }

        public void Quirk(Words words)
        {
            // The override counts as a method of the base.
            Take(words);
        }
    }

    public record Pair(int Left, string Right)
    {
        public Pair(int left) : this(left, "") { }
        public static Pair Make() => new Pair(1);
        public static Pair Both() => new Pair(1, "x");
        public Pair Copy() => this with { Left = 2 };
        public void Show() { Copy().Show(); Make()?.Show(); }
    }
}

namespace Names
{
    using System.IO;

    public class Quiet : TextWriter
    {
        public override void Write(object value) { }
        public override bool Equals(object other) => false;
        public bool Equals(Quiet other) => true;

        public void Use(object any, Quiet other)
        {
            Write(any);
            Equals(other);
        }

        public void Open(string text)
        {
            // TextWriter has more methods of this name.
            Write(text);
        }
    }
}
