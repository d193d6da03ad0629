"""Names that every JavaScript program finds in its global scope (ECMAScript, browsers, Node)."""

from __future__ import annotations

from ..common.text import words

__all__ = ["GLOBALS"]

GLOBALS = words(
    # ECMAScript
    "AggregateError Array ArrayBuffer AsyncGenerator AsyncIterable AsyncIterator Atomics BigInt BigInt64Array"
    " BigUint64Array Boolean DataView Date Error EvalError FinalizationRegistry Float32Array Float64Array Function"
    " Generator Infinity Int16Array Int32Array Int8Array Intl Iterable IterableIterator Iterator JSON Map Math NaN"
    " Number Object Promise PromiseLike Proxy RangeError ReadonlyArray ReadonlyMap ReadonlySet ReferenceError Reflect"
    " RegExp Set SharedArrayBuffer String Symbol SyntaxError TypeError URIError Uint16Array Uint32Array Uint8Array"
    " Uint8ClampedArray WeakMap WeakRef WeakSet decodeURI decodeURIComponent encodeURI encodeURIComponent escape eval"
    " globalThis isFinite isNaN parseFloat parseInt unescape"
    # TypeScript's utility types
    " Awaited ConstructorParameters Exclude Extract InstanceType NonNullable Omit Parameters Partial Pick Readonly"
    " Record Required ReturnType"
    # browsers and Node
    " AbortController AbortSignal Blob Buffer CSS CustomEvent DOMParser Document DocumentFragment Element Event"
    " EventSource EventTarget File FileReader FormData Headers History Image IntersectionObserver KeyboardEvent"
    " Location MessageChannel MouseEvent MutationObserver Node NodeList Notification Performance ReadableStream Request"
    " ResizeObserver Response Storage TextDecoder TextEncoder TransformStream URL URLSearchParams WebAssembly WebSocket"
    " Window Worker WritableStream XMLHttpRequest alert atob btoa cancelAnimationFrame clearImmediate clearInterval"
    " clearTimeout confirm console crypto customElements document fetch getComputedStyle history localStorage location"
    " matchMedia navigator performance process prompt queueMicrotask requestAnimationFrame requestIdleCallback screen"
    " sessionStorage setImmediate setInterval setTimeout structuredClone window"
)
