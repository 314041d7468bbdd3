/* Finds an element by its number or symbol. */
#include "model/element.h"

#include <stddef.h>
#include <string.h>

const struct element *
element_by_Z(int Z)
{
	return Z >= 1 && Z <= ELEMENT_Z_MAX ? &element_data[Z - 1] : NULL;
}

const struct element *
element_by_symbol(const char *symbol)
{
	for (int i = 0; i < ELEMENT_Z_MAX; i++)
		if (strcmp(element_data[i].symbol, symbol) == 0)
			return &element_data[i];
	return NULL;
}
