/**
 * The script of the page: the buttons that copy a command. Without it they stay hidden. A page that is opened as a file
 * may use the clipboard in some browsers only; the older way works in the others.
 */
export const pageScript = `
for (const button of document.querySelectorAll('button[data-copy]')) {
  const code = document.getElementById(button.dataset.copy);
  const name = button.textContent;
  button.hidden = false;
  button.addEventListener('click', async () => {
    let copied = true;
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch {
      getSelection().selectAllChildren(code);
      copied = document.execCommand('copy');
    }
    button.textContent = copied ? 'Copied' : 'Press Ctrl+C';
    setTimeout(() => { button.textContent = name; }, 2000);
  });
}
`;
