/* The units of the files for people: mm and keV/um, where the program has cm and MeV/cm. */
#ifndef IO_OUTPUT_UNITS_H
#define IO_OUTPUT_UNITS_H

#define MM_PER_CM 10.0
#define keV_um_PER_MeV_cm 0.1

#endif
