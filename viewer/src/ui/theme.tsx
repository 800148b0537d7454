/** Light, dark, or as the system wishes; kept between visits where the browser allows it. */
import { effect, signal } from "@preact/signals";
import { keeps, recall, remember } from "./storage";

type Theme = "system" | "light" | "dark";
const KEY = "twicetold.theme";
const kept = recall(KEY);
const theme = signal<Theme>(kept === "light" || kept === "dark" ? kept : "system");

effect(() => {
  if (typeof document === "undefined") return;
  if (theme.value === "system") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.dataset.theme = theme.value;
});

export function ThemeSwitch() {
  return (
    <label class="small">
      <span class="hidden">Colours</span>
      <select
        class="field"
        value={theme.value}
        title={keeps.value ? undefined : "This browser keeps nothing for this page: the choice lasts until it is closed"}
        onChange={(event) => {
          theme.value = event.currentTarget.value as Theme;
          remember(KEY, theme.value === "system" ? null : theme.value);
        }}
      >
        <option value="system">Colours: as the system</option>
        <option value="light">Colours: light</option>
        <option value="dark">Colours: dark</option>
      </select>
    </label>
  );
}
