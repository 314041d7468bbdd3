/* Prints the cross sections of an ion in a material. */
#ifndef APP_NUCLEAR_TABLE_H
#define APP_NUCLEAR_TABLE_H

#include "model/ion.h"
#include "model/material.h"

void nuclear_table_header(const struct ion *ion, const struct material *m);
void nuclear_table_row(const struct ion *ion, const struct material *m, double energy_MeV_u);

#endif
