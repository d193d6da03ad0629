// Command oracle prints what the Go compiler's type checker says is called.
//
// Usage: oracle <root>
//
// All packages below the root, whose go.mod names the module, are type checked with their tests, for this platform. What
// it prints are lines, tab separated, with places that are a path and the line of a declaration (0: of the file):
//
//	file     path                the file was checked
//	literal  place place         a function literal, and the function around it
//	call     place place         a call, where it stands and what it means; also a composite literal or new(T) of a
//	                             named type; a call through an interface means the interface's method
//	possible place place         what that call means on another platform
//	unknown  path line           a call of a function that is a value, or of what could not be checked
//
// Calls of what is not below the root are left out. Errors go to the standard error.
package main

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
)

var (
	moduleName = regexp.MustCompile(`(?m)^module\s+"?([^\s"]+)`)
	output     = bufio.NewWriter(os.Stdout)
)

// A folder holds the parsed files of one package and its tests.
type folder struct {
	own, inside, outside []*ast.File
}

type oracle struct {
	root, module string
	files        *token.FileSet
	folders      map[string]*folder
	checked      map[string]*types.Package
	standard     types.ImporterFrom
	elsewhere    map[string][]token.Pos // declarations of other platforms, see key
}

func main() {
	root, err := filepath.Abs(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	// Without C there is a pure Go variant of everything in the standard library.
	build.Default.CgoEnabled = false
	o := &oracle{
		root:    root,
		module:  string(moduleName.FindSubmatch(text)[1]),
		files:   token.NewFileSet(),
		folders: map[string]*folder{},
		checked: map[string]*types.Package{},

		elsewhere: map[string][]token.Pos{},
	}
	o.standard = importer.ForCompiler(o.files, "source", nil).(types.ImporterFrom)
	o.read()
	names := make([]string, 0, len(o.folders))
	for name := range o.folders {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		o.report(name)
	}
	output.Flush()
}

// read parses the files of all packages, and keeps those that are built on this platform.
func (o *oracle) read() {
	filepath.WalkDir(o.root, func(name string, entry fs.DirEntry, err error) error {
		base := entry.Name()
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name != o.root && (base == "testdata" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_")) {
				return fs.SkipDir
			}
			return nil
		}
		matched, err := build.Default.MatchFile(filepath.Dir(name), base)
		if !strings.HasSuffix(base, ".go") || err != nil {
			return nil
		}
		file, err := parser.ParseFile(o.files, name, nil, parser.SkipObjectResolution)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return nil
		}
		if !matched {
			o.keep(file)
			return nil
		}
		fmt.Fprintf(output, "file\t%s\n", o.relative(name))
		relative := path.Dir(o.relative(name))
		found := o.folders[relative]
		if found == nil {
			found = &folder{}
			o.folders[relative] = found
		}
		switch {
		case !strings.HasSuffix(base, "_test.go"):
			found.own = append(found.own, file)
		case strings.HasSuffix(file.Name.Name, "_test"):
			found.outside = append(found.outside, file)
		default:
			found.inside = append(found.inside, file)
		}
		return nil
	})
}

// keep remembers the functions and types of a file for another platform.
func (o *oracle) keep(file *ast.File) {
	for _, declared := range file.Decls {
		switch declared := declared.(type) {
		case *ast.FuncDecl:
			key := o.key(file.Pos(), receiver(declared), declared.Name.Name)
			o.elsewhere[key] = append(o.elsewhere[key], declared.Pos())
		case *ast.GenDecl:
			for _, spec := range declared.Specs {
				if spec, ok := spec.(*ast.TypeSpec); ok {
					key := o.key(file.Pos(), "", spec.Name.Name)
					o.elsewhere[key] = append(o.elsewhere[key], spec.Pos())
				}
			}
		}
	}
}

// key is the same for declarations that can stand for each other: folder, receiver and name.
func (o *oracle) key(position token.Pos, receiver, name string) string {
	return path.Dir(o.relative(o.files.File(position).Name())) + " " + receiver + " " + name
}

func receiver(function *ast.FuncDecl) string {
	if function.Recv == nil || len(function.Recv.List) == 0 {
		return ""
	}
	held := function.Recv.List[0].Type
	for {
		switch inner := held.(type) {
		case *ast.StarExpr:
			held = inner.X
		case *ast.ParenExpr:
			held = inner.X
		case *ast.IndexExpr:
			held = inner.X
		case *ast.IndexListExpr:
			held = inner.X
		case *ast.Ident:
			return inner.Name
		default:
			return ""
		}
	}
}

func (o *oracle) relative(name string) string {
	relative, err := filepath.Rel(o.root, name)
	if err != nil {
		return name
	}
	return filepath.ToSlash(relative)
}

// Import finds packages below the root, then those of the standard library.
func (o *oracle) Import(name string) (*types.Package, error) {
	relative, inside := strings.CutPrefix(name, o.module)
	relative = strings.TrimPrefix(relative, "/")
	if o.module == "std" {
		relative, inside = name, true
	}
	if relative == "" {
		relative = "."
	}
	found := o.folders[relative]
	if !inside || found == nil || len(found.own) == 0 {
		return o.standard.ImportFrom(name, o.root, 0)
	}
	if known, ok := o.checked[relative]; ok {
		if known == nil {
			return nil, fmt.Errorf("import cycle through %s", name)
		}
		return known, nil
	}
	o.checked[relative] = nil
	o.checked[relative] = o.check(name, found.own, nil, o)
	return o.checked[relative], nil
}

func (o *oracle) check(name string, files []*ast.File, info *types.Info, from types.Importer) *types.Package {
	config := types.Config{
		Importer:    from,
		FakeImportC: true,
		Error:       func(err error) { fmt.Fprintln(os.Stderr, err) },
	}
	checked, _ := config.Check(name, o.files, files, info)
	return checked
}

// with is an importer that knows one package besides, the one under test.
type with struct {
	*oracle
	name string
	own  *types.Package
}

func (w with) Import(name string) (*types.Package, error) {
	if name == w.name {
		return w.own, nil
	}
	return w.oracle.Import(name)
}

// report prints the calls of a package, of its tests, and of the tests that stand outside of it.
func (o *oracle) report(relative string) {
	found := o.folders[relative]
	name := path.Join(o.module, relative)
	if o.module == "std" {
		name = relative
	}
	info := &types.Info{
		Types:      map[ast.Expr]types.TypeAndValue{},
		Uses:       map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{},
	}
	inside := append(append([]*ast.File{}, found.own...), found.inside...)
	var own *types.Package
	if len(inside) > 0 {
		own = o.check(name, inside, info, o)
	}
	if len(found.outside) > 0 {
		var from types.Importer = o
		if own != nil {
			from = with{o, name, own}
		}
		o.check(name+"_test", found.outside, info, from)
	}
	for _, file := range append(inside, found.outside...) {
		for _, declared := range file.Decls {
			v := &visitor{oracle: o, info: info, caller: o.place(file.Name.Pos(), false)}
			if function, ok := declared.(*ast.FuncDecl); ok {
				v.caller = o.place(function.Pos(), true)
			}
			ast.Walk(v, declared)
		}
	}
}

// place is the path and the line, 0 for what stands in no function.
func (o *oracle) place(position token.Pos, function bool) string {
	found := o.files.PositionFor(position, false)
	line := found.Line
	if !function {
		line = 0
	}
	return fmt.Sprintf("%s\t%d", o.relative(found.Filename), line)
}

type visitor struct {
	*oracle
	info   *types.Info
	caller string
}

func (v *visitor) Visit(node ast.Node) ast.Visitor {
	switch node := node.(type) {
	case *ast.FuncLit:
		place := v.place(node.Pos(), true)
		fmt.Fprintf(output, "literal\t%s\t%s\n", place, v.caller)
		return &visitor{v.oracle, v.info, place}
	case *ast.CallExpr:
		v.call(node)
	case *ast.CompositeLit:
		made := v.info.TypeOf(node)
		if pointer, ok := made.(*types.Pointer); ok && node.Type == nil {
			made = pointer.Elem()
		}
		v.creation(made)
	}
	return v
}

func (v *visitor) creation(made types.Type) {
	if made == nil {
		return
	}
	if named, ok := types.Unalias(made).(*types.Named); ok {
		v.print(named.Obj(), "")
	}
}

func (v *visitor) call(node *ast.CallExpr) {
	function := ast.Unparen(node.Fun)
	kind := v.info.Types[function]
	if kind.IsType() {
		return
	}
	switch generic := function.(type) {
	case *ast.IndexExpr:
		function = ast.Unparen(generic.X)
	case *ast.IndexListExpr:
		function = ast.Unparen(generic.X)
	}
	var name *ast.Ident
	switch function := function.(type) {
	case *ast.Ident:
		name = function
	case *ast.SelectorExpr:
		name = function.Sel
	}
	if kind.IsBuiltin() {
		if name != nil && name.Name == "new" {
			v.creation(v.info.TypeOf(node.Args[0]))
		}
		return
	}
	if name != nil {
		if meant, ok := v.info.Uses[name].(*types.Func); ok {
			v.print(meant.Origin(), holder(meant.Origin()))
			return
		}
	}
	fmt.Fprintf(output, "unknown\t%s\n", v.place(node.Pos(), true))
	if name != nil {
		fmt.Fprintf(output, "unknown\t%s\n", v.place(name.Pos(), true))
	}
}

// holder is the name of the type that a method belongs to.
func holder(function *types.Func) string {
	received := function.Signature().Recv()
	if received == nil {
		return ""
	}
	kind := types.Unalias(received.Type())
	if pointer, ok := kind.(*types.Pointer); ok {
		kind = types.Unalias(pointer.Elem())
	}
	if named, ok := kind.(*types.Named); ok {
		return named.Obj().Name()
	}
	return ""
}

func (v *visitor) print(meant types.Object, holder string) {
	position := meant.Pos()
	if !position.IsValid() || !strings.HasPrefix(v.files.File(position).Name(), v.root+string(filepath.Separator)) {
		return
	}
	fmt.Fprintf(output, "call\t%s\t%s\n", v.caller, v.place(position, true))
	for _, other := range v.elsewhere[v.key(position, holder, meant.Name())] {
		fmt.Fprintf(output, "possible\t%s\t%s\n", v.caller, v.place(other, true))
	}
}
