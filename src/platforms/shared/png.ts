import { fileURLToPath } from 'node:url';

/** Wide enough for a screen of three dots to the pixel. */
const WIDTH = 1080;

/** The machine may have no fonts at all, as the image of the program has none. */
const FAMILY = 'Atkinson Hyperlegible';
const FONTS = [
  import.meta.resolve('@expo-google-fonts/atkinson-hyperlegible/400Regular/AtkinsonHyperlegible_400Regular.ttf'),
  import.meta.resolve('@expo-google-fonts/atkinson-hyperlegible/700Bold/AtkinsonHyperlegible_700Bold.ttf'),
].map((file) => fileURLToPath(file));

/** An SVG as PNG; Slack shows no SVG. Whatever font it names, its letters are set in one that is there. */
export async function pngOf(svg: string): Promise<Buffer> {
  // Native code, loaded by those who need it alone.
  const { renderAsync } = await import('@resvg/resvg-js');
  const image = await renderAsync(svg, {
    fitTo: { mode: 'width', value: WIDTH },
    font: { loadSystemFonts: false, fontFiles: FONTS, defaultFontFamily: FAMILY, sansSerifFamily: FAMILY },
  });
  return image.asPng();
}
