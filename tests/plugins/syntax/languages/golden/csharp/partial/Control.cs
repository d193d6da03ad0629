namespace App
{
    public class Control
    {
        protected void Render() { }
        public virtual void Refresh(int times) { }
    }
}

namespace App.Models
{
    using App.Views;

    class Model(View view)
    {
        public Model() : this(null) { }

        public void Load()
        {
            view.Show();
            IView other = view;
            other.Hide();
        }
    }
}
