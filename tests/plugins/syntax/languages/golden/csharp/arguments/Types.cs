using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Reflection;

namespace Arguments
{
    [Flags]
    public enum Mode { None, Some }

    public class Text
    {
        public static implicit operator Text(string value) => new Text();
        public static implicit operator string(Text text) => "x";
    }

    public class Narrow : Text { }

    // Only a type without type parameters is called so here.
    public class List { public void Own() { } }

    public class Note { public static void Plain() { } }

    public class Note<T> { public static void Typed() { } }

    public class Taker
    {
        public void Put(DateTime value) { }
        public void Put(DateTime? value) { }
        public void Put(Mode value) { }
        public void Put(Mode? value) { }
        public void Put(Stream value) { }
        public void Put(FileInfo value) { }
        public void Put(string value) { }
        public void Put(Type value) { }
        public void Put(int[] value) { }
        public void Put(int[,] value) { }
        public void Put(IFormatProvider value) { }

        public void All(IEnumerable<Note> notes) { }
        public void All(IEnumerable<List> lists) { }

        public void Each<T>(IComparer<T> comparer) { }
        public void Each<T>(IEnumerable<T> values) { }
        public void Each(Note note) { }

        public static T Made<T>(Exception error, T witness) { return witness; }
        public static T Made<T>(Exception error, Taker taker) { return default(T); }

        public void Convert(Narrow narrow) { }
        public void Convert(object any) { }

        public void By<T>(ref T value) { }
        public void By(ref bool value) { }
        public void By(object value) { }
    }

    public class Types
    {
        private readonly Taker _taker = new Taker();

        public void Optional(DateTime? time, DateTime sure)
        {
            _taker.Put(time);
            _taker.Put(time.Value);
            _taker.Put(sure - TimeSpan.Zero);
        }

        public void Enumerations(Mode mode)
        {
            _taker.Put(mode & ~Mode.Some);
            _taker.Put((Mode?)mode);
        }

        public void Platform(FileStream file, DirectoryInfo folder, PropertyInfo property)
        {
            _taker.Put(file);
            _taker.Put(folder.Name);
        }

        public void Inferred(PropertyInfo property)
        {
            _taker.Put(property.PropertyType);
            _taker.Put(CultureInfo.InvariantCulture);
            _taker.Put(Path.GetFileName("x"));
        }

        public void Arrays(int[] line, int[,] square)
        {
            _taker.Put(line);
            _taker.Put(square);
        }

        public void Sequences(IList<Note> notes, List<Note> other)
        {
            _taker.All(notes);
            _taker.Each(other);
        }

        public void Written(Exception error)
        {
            Taker.Made<string>(error, new Taker());
        }

        public void Converted(string text)
        {
            // No conversion makes a Narrow of a string.
            _taker.Convert(text);
        }

        public void Reference<T>(ref T value)
        {
            _taker.By(ref value);
        }

        public void Arity()
        {
            Note.Plain();
            Note<int>.Typed();
            new List().Own();
        }
    }

    public interface IReporter { void Report(string text); }

    public class Reporter : IReporter
    {
        void IReporter.Report(string text) { }
        public void Report(object text) { }
        public void Use() { Report("x"); }
    }
}
