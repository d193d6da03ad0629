namespace App.Views
{
    using App.Models;

    partial class View
    {
        private Model _model = new Model();

        private void Initialize()
        {
            Show();
        }
    }
}
