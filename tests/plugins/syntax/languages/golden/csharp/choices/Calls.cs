using System;
using System.Collections.Generic;
using Elsewhere.Things;

namespace Choices
{
    public class Calls
    {
        private readonly Sink _sink = new Sink();

        public void Numbers(byte small, uint positive, float real, Animal animal, Dog dog, Cat cat)
        {
            _sink.Put(1);
            _sink.Put(1L);
            _sink.Put(real);
            _sink.Put(1 + 2L);
            _sink.Put("a" + 1);
            _sink.Put(1 < 2);
            _sink.Put('c');
        }

        public void Objects(Animal animal, Dog dog, Cat cat, int[] numbers, List<string> texts, List<int> others)
        {
            _sink.Put(animal);
            _sink.Put(dog);
            _sink.Put(numbers);
            _sink.Put(texts);
            _sink.Put(others);
        }

        public void Hidden(Cat cat)
        {
            _sink.Put(cat);
            _sink.Secret(1);
        }

        public void Conditions(bool flag, Animal animal, Dog dog)
        {
            _sink.Put(flag ? dog : animal);
            (flag ? dog : null).Eat();
        }

        public void Optional()
        {
            _sink.Take(1);
            _sink.Take(1, "x");
        }

        public void OptionalText()
        {
            _sink.Take("x");
        }

        public void Params()
        {
            _sink.All();
        }

        public void ParamsOne()
        {
            _sink.All("one");
        }

        public void ParamsMany()
        {
            _sink.All(1, 2, 3);
        }

        public void References()
        {
            int number = 1;
            _sink.By(ref number);
            _sink.By(out var text);
        }

        public void Value()
        {
            _sink.By(2);
        }

        public void Generics()
        {
            _sink.Same("text");
        }

        public void GenericsInferred()
        {
            _sink.Same(5);
        }

        public void GenericsNamed()
        {
            _sink.Same<string>("text");
        }

        public void GenericsMade()
        {
            _sink.Make<Dog>();
        }

        public void Arguments()
        {
            _sink.Named(height: "x", width: 2);
            _sink.Named(length: 3, height: "y");
        }

        public void Constants()
        {
            // 1 is a byte as well as a long.
            _sink.Narrow(1);
        }

        public void Lambdas()
        {
            _sink.Call(dog => dog.Eat());
            _sink.Each((dog) => { dog.Eat(); return true; }, 2);
        }

        public void Unknown(Thing thing)
        {
            _sink.Put(thing);
            _sink.Take(thing, "x");
        }
    }
}
