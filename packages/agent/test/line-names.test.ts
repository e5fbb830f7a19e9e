import t from 'tap';
import { lineNames } from '../src/line-names.ts';

for (const [text, names] of [
  ['mlx4_0 hca_handle=2 hca_object=2000 \nocrdma1 hca_handle=3 hca_object=max \n', ['mlx4_0', 'ocrdma1']],
  ['mlx4_0 hca_handle=2\nmlx4_0 hca_handle=2\n', ['mlx4_0']],
  ['', []],
  ['mlx4_0 hca_handle=2', []],
  [`${'a'.repeat(64)} hca_handle=1\n../x hca_handle=1\n hca_handle=1\n\u00ff hca_handle=1\n`, []],
] as const) {
  t.strictSame(lineNames(text), names, JSON.stringify(text.slice(0, 40)));
}
