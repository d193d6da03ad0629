using System;

namespace App.Views
{
    public partial class View : Control, IView
    {
        public void Show()
        {
            Initialize();
            Render();
            Refresh(2);
            _model.Load();
        }

        void IView.Hide() { }
    }

    interface IView
    {
        void Hide();
    }
}
