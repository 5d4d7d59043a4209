/** Makes a text inert in Terraform's configuration: `${` and `%{` would begin an expression or a directive. */
export function withoutTemplates(text: string): string {
  // Functions, because `$$` in a replacement text stands for a single `$`.
  return text.replaceAll('${', () => '$${').replaceAll('%{', () => '%%{');
}
