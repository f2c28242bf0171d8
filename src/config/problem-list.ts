import { cleanText } from '../checker/index.ts';
import type { Problem } from './config-error.ts';
import { nodeAt, type Path, placeOf, renderPath, type SourceNode } from './source-node.ts';

/** How a problem is shown. */
export interface ProblemHints {
  /** Point at the key instead of the value. */
  readonly part?: 'key' | 'value';
  /** The nearest right word. */
  readonly suggestion?: string | undefined;
}

/** Gathers the problems of one file. The first one at a path counts; later ones there only follow from it. */
export class ProblemList {
  readonly #root: SourceNode;
  readonly #problems = new Map<string, Problem>();
  /** Paths that are missing only because their key is misspelt. */
  readonly #misspelt = new Set<string>();

  /**
   * @param root the whole file, from which problems take their places
   * @param known what reading it has found already
   */
  constructor(root: SourceNode, known: readonly Problem[] = []) {
    this.#root = root;
    for (const problem of known) this.#problems.set(problem.path, problem);
  }

  add(path: Path, message: string, { part = 'value', suggestion }: ProblemHints = {}): void {
    const shownPath = renderPath(path);
    if (this.#problems.has(shownPath)) return;
    if (this.#misspelt.has(shownPath) && !nodeAt(this.#root, path)) return;
    if (part === 'key' && suggestion !== undefined) this.#misspelt.add(renderPath([...path.slice(0, -1), suggestion]));
    this.#problems.set(shownPath, {
      path: shownPath,
      ...placeOf(this.#root, path, part),
      message: cleanText(message),
      ...(suggestion === undefined ? {} : { suggestion }),
    });
  }

  /** Whether there is a problem at a path or below it. */
  has(path: Path): boolean {
    const above = renderPath(path);
    for (const shownPath of this.#problems.keys())
      if (shownPath.startsWith(above) && /^(?:$|[.[])/.test(shownPath.slice(above.length))) return true;
    return false;
  }

  /** All of them, in the order of the file. */
  sorted(): readonly Problem[] {
    return [...this.#problems.values()].sort((a, b) => a.line - b.line || a.column - b.column);
  }
}
