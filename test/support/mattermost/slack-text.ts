/** `<address|words>` as `[words](address)` (model/slack_attachment.go). */
export function linksToMarkdown(text: string): string {
  return text.replace(/<([^<|]+)\|([^>]+)>/g, '[$2]($1)');
}
