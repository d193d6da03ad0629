using System;
using static Names.Tools;
using Names.One;
using Names.Two;

namespace Names
{
    public static class Tools
    {
        public static int Measure(string text) => text.Length;
        public static int Measure(Whole whole) => 1;
        public static void Shadowed() { }
    }

    public partial class Whole
    {
        private void First(Whole other) { }
        public void Start() { Second(this); Measure("x"); Measure(this); Shadowed(); }
        private void Shadowed() { }

        private partial class Inner
        {
            public void Run(Whole whole) { whole.First(null); Shared(); }
        }
    }

    public class User
    {
        public void Use(Twin twin, Whole whole)
        {
            // Twin is in both namespaces, so which one is meant is not known.
            twin.Show();
            whole.Start();
            int Local(int value) => Local(value - 1) + Other("x");
            int Other(string text) => Measure(text);
            Local(1);
            Action<Whole> action = item => item.Start();
            action(whole);
        }
    }
}

namespace Names.One { public class Twin { public void Show() { } } }

namespace Names.Two { public class Twin { public void Show() { } } }
