/**
 * A file of Terraform as JSON, in ASCII alone. Its JSON reader goes from one character that a person sees to the next, and
 * so takes a quote that stands behind a prefix (U+0600, for one) for a part of the text:
 * https://github.com/hashicorp/hcl/blob/main/json/scanner.go
 */
export function terraformJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replaceAll(
    /[^\n -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
