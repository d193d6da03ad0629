using System;

namespace Choices
{
    public interface IShape
    {
        void Draw();
        void Draw(int times);
    }

    public interface IRound : IShape
    {
        void Draw(string how);
    }

    public class Shape : IShape
    {
        public Shape() : this(1) { }
        public Shape(int size) : this(size, "none") { }
        public Shape(string name) : this(2, name) { }
        public Shape(int size, string name) { }
        protected Shape(string name, int size) : this(size: size, name: name) { }

        public virtual void Draw() { }
        public virtual void Draw(int times) { }
        public virtual void Grow(int by) { }
        public void Name(string name) { }
        public static void Reset(int value) { }
        private void Own(int value) { }
    }

    public class Circle : Shape, IRound
    {
        public Circle() : base("circle") { }
        public Circle(int size) : base(size) { }
        public Circle(string name, int size) : base(name, size) { }

        public override void Draw() { base.Draw(); }
        public override void Grow(int by) { base.Grow(by); }
        public void Grow(long by) { }
        public new void Name(string name) { base.Name(name); }
        public void Name(object name) { }
        public void Draw(string how) { }
        private static void Own(object value) { }

        public void Use(IRound round, Shape shape)
        {
            Draw();
            Draw(3);
            round.Draw("x");
            round.Draw(2);
            shape.Grow(1);
            Reset(1);
            Own(1);
        }

        public void Quirk()
        {
            // An override is no method of this class: Grow(long) stands before Grow(int) of the base.
            Grow(1);
        }

        public void Hiding()
        {
            Name("x");
        }

        private class Part
        {
            public Part(Shape shape) { }
            public Part(object any) { }
            private void Run() { Own("x"); }
        }

        private object Create() => new Part(new Circle("x", 1));
    }

    public struct Point
    {
        public Point(int x = 0) { }
        public static Point operator +(Point left, Point right) => left;
        public static Point Start() => new Point();
        public void Move() { (this + Start()).Move(); }
    }

    public class Logger(string name)
    {
        public Logger(int level) : this("x") { }
        public static Logger Text() => new Logger("y");
        public static Logger Number() => new Logger(3);
    }

    public class Many
    {
        public void Run(A1 a) { } public void Run(A2 a) { } public void Run(A3 a) { } public void Run(A4 a) { }
        public void Run(A5 a) { } public void Run(A6 a) { } public void Run(A7 a) { } public void Run(A8 a) { }
        public void Run(A9 a) { } public void Run(A10 a) { }

        public void Last(A10 a) { Run(a); }
    }

    public class A1 { } public class A2 { } public class A3 { } public class A4 { } public class A5 { }
    public class A6 { } public class A7 { } public class A8 { } public class A9 { } public class A10 { }
}
