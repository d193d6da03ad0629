namespace Store.Core
{
    static class Helpers
    {
        internal static int Help(int value) => Math.Abs(value);
        internal static int Help(string value) => value.Length;
        internal static int Help(int value, int other) => Help(value) + Help("x");
    }
}
