using System;
using System.Collections.Generic;

namespace Arguments
{
    public delegate void Done(int code);

    public interface ISource<T>
    {
        void Attach(ITarget<T> target);
    }

    public interface ITarget<T> { void Take(T value); }

    public class Printer<T> : ITarget<T>
    {
        public void Take(T value) { }
    }

    public static class SourceExtensions
    {
        public static void Attach<T>(this ISource<T> source, Action<T> action) { }
        public static void Attach<T>(this ISource<T> source, Func<T, bool> check, string name) { }
    }

    public class Scheduler
    {
        public void Run(Action action) { }
        public void Run(Action<int> action) { }
        public void Run(Func<int> make) { }
        public void Finish(Done done) { }
        public void Finish(string text) { }
    }

    public class Functions
    {
        private readonly Done _done = code => Log(code);
        private Action<Printer<string>> _print;

        private static void Log(int code) { }
        private void Step() { }
        private void Step(int count, string text) { }

        public void Lambdas(Scheduler scheduler)
        {
            scheduler.Run(() => { });
        }

        public void LambdasWithParameters(Scheduler scheduler)
        {
            scheduler.Run(count => { });
        }

        public void LambdasWithValues(Scheduler scheduler)
        {
            scheduler.Run(() => 1);
        }

        public void Delegates(Scheduler scheduler)
        {
            scheduler.Finish(code => { });
        }

        public void Groups(Scheduler scheduler)
        {
            // Only the Step without parameters can be an Action, and none is an Action<int>.
            scheduler.Run(Step);
        }

        public void Own(ISource<string> source, Printer<string> printer)
        {
            // Not the extension method: an object is no delegate.
            source.Attach(printer);
        }

        public void Extensions(ISource<string> source)
        {
            source.Attach(value => { });
        }

        public void Assigned()
        {
            _print = printer => printer.Take("x");
        }
    }
}
