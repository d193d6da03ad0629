using System.Collections.Generic;
using System.Linq;
using Choices.Far;

namespace Choices.Far
{
    public static class FarExtensions
    {
        public static void Shown(this Shape shape, string how) { }
        public static void Shown(this object any) { }
        public static void Drawn(this Shape shape) { }
        public static int Twice(this int number) => number * 2;
        public static T Kept<T>(this T value, string name) where T : Shape => value;
        public static void Mapped(this Dog dog, System.Action<Cat> action) { }
    }
}

namespace Choices
{
    public static class NearExtensions
    {
        public static void Drawn(this Shape shape) { }
        public static void Draw(this Shape shape, Dog dog) { }
        public static void Shown(this Shape shape, int times) { }
        public static void Shown(this Circle circle, int times) { }
    }

    public class Extended
    {
        public void Use(Circle circle, Shape shape, Dog dog)
        {
            shape.Drawn();
            shape.Draw(dog);
            shape.Draw();
            shape.Shown(2);
            circle.Shown(2);
            2.Twice();
            circle.Kept("x").Quirk();
            NearExtensions.Drawn(shape);
            dog.Mapped(cat => cat.Eat());
        }

        public void Query(List<Dog> dogs)
        {
            var fed = from Eat in dogs where Ready(Eat) select Eat;
            var eaten = dogs.Select(dog => dog).First();
            eaten.Eat();
        }

        private bool Ready(Dog dog)
        {
            while (dog is Dog one)
            {
                one.Eat();
            }
            while (dog is object one)
            {
                one.ToString();
            }
            return true;
        }
    }
}
