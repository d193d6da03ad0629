namespace Arguments
{
    public class Conditions
    {
#if MODERN
        public void Open(int times) { Closed(); }
#else
        public void Open(int times) { Shut(); }
#endif

        public void Split(bool now)
        {
            if (now)
            {
                Shut();
            }
#if MODERN
            else if (Ready())
            {
                Closed();
            }
            else
#else
            else
#endif
            {
                Open(1);
            }
        }

        private bool Ready() { return true; }
        private void Shut() { }
        private void Closed() { }

        public unsafe float Behind(int* numbers)
        {
            Shut();
            int first = *(numbers + 1);
            *(numbers + 2) = first;
            return *(float*)numbers;
        }
    }
}
#pragma warning restore 0618