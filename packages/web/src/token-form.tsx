import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { tryToken } from './token.ts';

/** Stands in place of the page while the viewer wants a token. @param onAdmitted called when it has it */
export function TokenForm({ onAdmitted }: { readonly onAdmitted: () => void }) {
  const field = useRef<HTMLInputElement>(null);
  const trouble = useSignal<string | null>(null);
  useEffect(() => field.current?.focus(), []);
  const send = async (): Promise<void> => {
    trouble.value = null;
    try {
      if (await tryToken(field.current!.value.trim())) onAdmitted();
      else trouble.value = 'This viewer wants another token.';
    } catch {
      // Such as a character that no header may have.
      trouble.value = 'That cannot be sent: a token has no letters but those of ASCII, or the viewer does not answer.';
    }
  };
  return (
    <main class="waiting token">
      <h2>This viewer wants a token</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <label>
          {'Token '}
          <input type="password" ref={field} autocomplete="current-password" required maxLength={4096} />
        </label>
        <button>show</button>
      </form>
      {trouble.value !== null && (
        <p class="trouble" role="alert">
          {trouble.value}
        </p>
      )}
      <p>
        It is what the viewer was started with: <code>FGM_TOKEN</code> or <code>--token</code>. This tab keeps it until
        it is closed.
      </p>
    </main>
  );
}
