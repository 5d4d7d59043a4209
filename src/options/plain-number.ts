// More digits than this are no number that anybody means, and would be slow to write out.
const mostDigits = 100;

/**
 * The number `digits` (such as `1.50`, `1e3`, `007`) written as Terraform's tostring() writes it: no exponent, no needless
 * zeros (`1.5`, `1000`, `7`), exact at any length. Answers `undefined` for more than 100 digits.
 */
export function plainNumber(digits: string): string | undefined {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(digits) ?? [];
  const shift = Number(exponent);
  if (whole === '' || whole.length + fraction.length + Math.abs(shift) > mostDigits) return undefined;
  const all = '0'.repeat(Math.max(0, -shift)) + whole + fraction + '0'.repeat(Math.max(0, shift));
  const point = whole.length + Math.max(0, -shift) + shift;
  const before = all.slice(0, point).replace(/^0+(?=\d)/, '') || '0';
  const after = all.slice(point).replace(/0+$/, '');
  return sign + before + (after === '' ? '' : `.${after}`);
}
