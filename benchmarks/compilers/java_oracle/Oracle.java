import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.StatementTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.BufferedWriter;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Elements;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * What the Java compiler says is called: {@code java Oracle.java <root> <class path>} attributes all sources below the
 * root. What it prints are lines, tab separated, with places that are a path and the line of a declaration (0: of the
 * file):
 *
 * <pre>
 * file         path          the file was compiled
 * call         place place   a call, where it stands and which method it means; creating an object means the class,
 *                            as {@code this(...)} and {@code super(...)} do where the constructor is written
 * constructor  place place   for the latter and for created objects: the constructor, where it is written
 * reference    place place   a method reference, and the method or class that it means
 * unknown      path line     a call that depends on something which the compiler cannot find on the class path
 * </pre>
 *
 * Calls of what is not in the sources are left out. Errors go to the standard error.
 */
public final class Oracle extends TreePathScanner<Void, Void> {
    private final Path root;
    private final Trees trees;
    private final Elements elements;
    private final SourcePositions positions;
    private final PrintWriter output;
    private final Deque<Tree> enclosing = new ArrayDeque<>();
    private CompilationUnitTree unit;

    private Oracle(Path root, JavacTask task, PrintWriter output) {
        this.root = root;
        this.trees = Trees.instance(task);
        this.elements = task.getElements();
        this.positions = trees.getSourcePositions();
        this.output = output;
    }

    public static void main(String[] arguments) throws Exception {
        Path root = Path.of(arguments[0]).toRealPath();
        List<Path> sources;
        try (var found = Files.walk(root)) {
            sources = found.filter(Oracle::isSource).sorted().collect(Collectors.toList());
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        StandardJavaFileManager files = compiler.getStandardFileManager(diagnostics, null, StandardCharsets.UTF_8);
        List<String> options = List.of("-proc:none", "-Xlint:none", "-Xmaxerrs", "100000", "-cp", arguments[1]);
        JavacTask task = (JavacTask) compiler.getTask(
                null, files, diagnostics, options, null, files.getJavaFileObjectsFromPaths(sources));
        List<CompilationUnitTree> units = new ArrayList<>();
        task.parse().forEach(units::add);
        task.analyze();
        try (PrintWriter output =
                new PrintWriter(new BufferedWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8)))) {
            Oracle oracle = new Oracle(root, task, output);
            for (CompilationUnitTree unit : units) {
                oracle.unit = unit;
                output.println("file\t" + oracle.path(unit));
                oracle.scan(unit, null);
            }
        }
        for (Diagnostic<? extends JavaFileObject> found : diagnostics.getDiagnostics()) {
            if (found.getKind() == Diagnostic.Kind.ERROR) {
                System.err.println(found);
            }
        }
    }

    private static boolean isSource(Path path) {
        String name = path.getFileName().toString();
        // A module descriptor would hide what is on the class path.
        return name.endsWith(".java") && !name.equals("module-info.java");
    }

    @Override
    public Void visitClass(ClassTree tree, Void nothing) {
        enclosing.push(tree);
        super.visitClass(tree, nothing);
        enclosing.pop();
        return null;
    }

    @Override
    public Void visitMethod(MethodTree tree, Void nothing) {
        if (isWritten(tree)) {
            enclosing.push(tree);
            super.visitMethod(tree, nothing);
            enclosing.pop();
        }
        return null;
    }

    @Override
    public Void visitMethodInvocation(MethodInvocationTree tree, Void nothing) {
        if (isWritten(tree)) {
            Element called = isKnown(tree.getArguments()) ? elementOf(tree.getMethodSelect()) : null;
            if (called != null && called.getKind() == ElementKind.CONSTRUCTOR) {
                if (elements.getOrigin(called) == Elements.Origin.EXPLICIT) {
                    report("call", tree, called.getEnclosingElement());
                }
                report("constructor", tree, called);
            } else {
                report("call", tree, called);
            }
        }
        return super.visitMethodInvocation(tree, nothing);
    }

    @Override
    public Void visitNewClass(NewClassTree tree, Void nothing) {
        TypeMirror created = trees.getTypeMirror(new TreePath(getCurrentPath(), tree.getIdentifier()));
        report("call", tree, created instanceof DeclaredType ? ((DeclaredType) created).asElement() : null);
        if (!isKnown(tree.getArguments())) {
            return super.visitNewClass(tree, nothing);
        }
        if (tree.getClassBody() == null) {
            report("constructor", tree, elementOf(tree));
        } else if (constructor(tree.getClassBody()) != null) {
            report("constructor", tree, constructor(tree.getClassBody()));
        }
        return super.visitNewClass(tree, nothing);
    }

    @Override
    public Void visitMemberReference(MemberReferenceTree tree, Void nothing) {
        Element meant = elementOf(tree);
        boolean creates = meant != null && meant.getKind() == ElementKind.CONSTRUCTOR;
        report("reference", tree, creates ? meant.getEnclosingElement() : meant);
        return super.visitMemberReference(tree, nothing);
    }

    /** The constructor that the compiler's own constructor of an anonymous class calls. */
    private Element constructor(ClassTree anonymous) {
        TreePath path = new TreePath(getCurrentPath(), anonymous);
        for (Tree member : anonymous.getMembers()) {
            if (member instanceof MethodTree && ((MethodTree) member).getReturnType() == null) {
                MethodTree method = (MethodTree) member;
                TreePath body = new TreePath(new TreePath(path, method), method.getBody());
                StatementTree first = method.getBody().getStatements().get(0);
                MethodInvocationTree call = (MethodInvocationTree) ((ExpressionStatementTree) first).getExpression();
                TreePath called = new TreePath(new TreePath(body, first), call);
                return trees.getElement(new TreePath(called, call.getMethodSelect()));
            }
        }
        return null;
    }

    private Element elementOf(Tree tree) {
        TreePath path = getCurrentPath();
        return trees.getElement(tree == path.getLeaf() ? path : new TreePath(path, tree));
    }

    /** Whether the types of all arguments could be found: which method is called may depend on them. */
    private boolean isKnown(List<? extends ExpressionTree> arguments) {
        return arguments.stream()
                .map(argument -> trees.getTypeMirror(new TreePath(getCurrentPath(), argument)))
                .noneMatch(type -> type != null && type.getKind() == TypeKind.ERROR);
    }

    /** Whether the source says so, rather than the language. */
    private boolean isWritten(Tree tree) {
        return positions.getEndPosition(unit, tree) != Diagnostic.NOPOS;
    }

    private void report(String kind, Tree call, Element meant) {
        if (meant == null || meant.asType().getKind() == TypeKind.ERROR) {
            output.println("unknown\t" + place(unit, call));
            return;
        }
        TreePath declared = elements.getOrigin(meant) == Elements.Origin.EXPLICIT ? trees.getPath(meant) : null;
        if (declared != null) {
            Tree definition = declared.getLeaf();
            output.println(String.join(
                    "\t", kind, place(unit, enclosing.peek()), place(declared.getCompilationUnit(), definition)));
        }
    }

    private String path(CompilationUnitTree file) {
        return root.relativize(Path.of(file.getSourceFile().toUri())).toString().replace('\\', '/');
    }

    private String place(CompilationUnitTree file, Tree tree) {
        long start = tree == null ? Diagnostic.NOPOS : positions.getStartPosition(file, tree);
        return path(file) + "\t" + (start == Diagnostic.NOPOS ? 0 : file.getLineMap().getLineNumber(start));
    }
}
