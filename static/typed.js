// What was typed before the scripts came: on a slow line a page can be written in long before they are here.

const TYPED_INTO = "input[name], textarea[name], select[name]";

// A page that is opened again shows what the browser remembers of it, and that may have been sent.
const isNew = performance.getEntriesByType("navigation")[0]?.type === "navigate";

function isOtherThanSent(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.options) {
    const first = Math.max(0, [...field.options].findIndex((option) => option.defaultSelected));
    return field.selectedIndex !== first;
  }
  return field.value !== field.defaultValue;
}

// The fields of the form that somebody has changed since the page came.
export function typedBefore(form) {
  return isNew ? [...form.elements].filter((field) => field.matches(TYPED_INTO) && isOtherThanSent(field)) : [];
}
