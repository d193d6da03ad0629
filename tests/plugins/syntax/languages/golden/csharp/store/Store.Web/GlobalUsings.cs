global using Store.Core.Models;
global using System;
