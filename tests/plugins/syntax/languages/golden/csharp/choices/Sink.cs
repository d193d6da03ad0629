using System;
using System.Collections.Generic;

namespace Choices
{
    public class Animal { public void Eat() { } }
    public class Dog : Animal { }
    public class Cat : Animal { }

    public class Sink
    {
        public void Put(int value) { }
        public void Put(long value) { }
        public void Put(double value) { }
        public void Put(string value) { }
        public void Put(object value) { }
        public void Put(Animal value) { }
        public void Put(Dog value) { }
        public void Put(int[] value) { }
        public void Put(List<string> value) { }
        public void Put(bool value) { }
        public void Put(char value) { }

        public void Take(int first, string second = "") { }
        public void Take(string first, int second = 0) { }
        public void Take(int first) { }

        public void All(params object[] values) { }
        public void All(object value) { }
        public void All(long first, params int[] rest) { }

        public void By(ref int value) { }
        public void By(int value) { }
        public void By(out string value) { value = ""; }

        public void Same<T>(T value) { }
        public void Same(object value) { }
        public void Same(string value) { }

        public void Named(int width, string height) { }
        public void Named(string height, int length) { }

        public void Narrow(byte value) { }
        public void Narrow(long value) { }

        public T Make<T>() where T : new() => new T();
        public object Make() => null;

        public void Call(Action<Dog> action) { }
        public void Each(Func<Dog, bool> action, int count) { }

        private void Put(Cat value) { }
        private void Secret(int value) { }
        public void Secret(object value) { }
    }
}

namespace Choices
{
    public class Text
    {
        public static implicit operator Text(string value) => new Text();
    }

    public class Converted
    {
        private void Put(Text text) { }
        private void Put(int[] numbers) { }
        private void Put(Animal animal) { }

        private void Implicit() { Put("x"); }
        private void Array() { Put(new[] { 1 }); }
    }
}
