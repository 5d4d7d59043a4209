/** Stands in the bundle for a package that nothing of ours calls. */
export default function leftOut(): never {
  throw new Error('this package is left out of the bundle (scripts/build.ts)');
}
